import{endProcess,runPost}from"./chunks/chunk-RD3KVQLF.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-QIMWTKRA.mjs")).logOut(inputs)));
