import{missingCredentials}from"./chunk-AKGJMF7Y.mjs";import"./chunk-QIQNFCRN.mjs";import"./chunk-MKNBE5IH.mjs";import"./chunk-XB7WXAPU.mjs";import"./chunk-RD3KVQLF.mjs";export{missingCredentials};
