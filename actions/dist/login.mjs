import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-5SPJH4MC.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
