import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-DKE6MGHQ.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
