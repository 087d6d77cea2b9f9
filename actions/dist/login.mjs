import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-TOBNFM2S.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
