import{endProcess,runPost}from"./chunks/chunk-RYGUPKLD.mjs";await endProcess(await runPost(async inputs=>(await import("./chunks/log-out-6CV4R2V6.mjs")).logOut(inputs)));
