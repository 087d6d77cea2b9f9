import{endProcess,runPost}from"./chunks/chunk-TOBNFM2S.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-GR4FKMLG.mjs")).logOut(inputs)));
