import{endProcess,runPost}from"./chunks/chunk-QJB3RI4O.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-AI7ROVHF.mjs")).logOut(inputs)));
