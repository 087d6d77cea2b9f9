import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-RD3KVQLF.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
