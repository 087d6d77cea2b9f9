import{endProcess,runPost}from"./chunks/chunk-KV553P4B.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-NDFCWTYF.mjs")).logOut(inputs)));
