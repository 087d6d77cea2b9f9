import{endProcess,runPost}from"./chunks/chunk-HTEQU5YA.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-S7QNNCMT.mjs")).logOut(inputs)));
