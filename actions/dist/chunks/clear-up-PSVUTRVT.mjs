import{errorLines,redact,toPilotError,unwritable}from"./chunk-RD3KVQLF.mjs";import{rm}from"node:fs/promises";async function clearUp(folders,logouts,logOut){let exitCode=0;for(let folder of folders)try{await rm(folder,{recursive:!0,force:!0}).catch(unwritable(folder)),process.stdout.write(redact(`removed ${folder}
`))}catch(error){let failure=toPilotError(error);process.stdout.write(`${errorLines(failure).join(`
`)}
`),exitCode=failure.exitCode}for(let inputs of logouts)await logOut(inputs);return exitCode}export{clearUp};
