import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-KV553P4B.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
