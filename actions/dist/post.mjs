import{endProcess,runPost}from"./chunks/chunk-26JQDSEY.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-YG3EUH6G.mjs")).logOut(inputs)));
