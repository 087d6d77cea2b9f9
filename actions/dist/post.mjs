import{endProcess,runPost}from"./chunks/chunk-DKE6MGHQ.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-VMKKHQ4J.mjs")).logOut(inputs)));
