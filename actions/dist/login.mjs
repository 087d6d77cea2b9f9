import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-DU4L43BR.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
