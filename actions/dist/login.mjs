import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-26JQDSEY.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
