import{storedCredentials}from"./chunk-KBDQG7LW.mjs";import"./chunk-XB7WXAPU.mjs";import"./chunk-RD3KVQLF.mjs";export{storedCredentials};
