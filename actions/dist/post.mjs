import{endProcess,runPost}from"./chunks/chunk-DU4L43BR.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-BDYIMNRJ.mjs")).logOut(inputs)));
