import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-HTEQU5YA.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
