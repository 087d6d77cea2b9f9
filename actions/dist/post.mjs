import{endProcess,runPost}from"./chunks/chunk-5SPJH4MC.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-QQCS34DN.mjs")).logOut(inputs)));
