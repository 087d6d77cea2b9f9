import{endProcess,executeStep,loginStep,runInCi}from"./chunks/chunk-RYGUPKLD.mjs";await endProcess(await runInCi((runtime,inputs)=>executeStep(loginStep,runtime,inputs)));
