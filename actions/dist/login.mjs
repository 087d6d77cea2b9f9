import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-QJB3RI4O.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
