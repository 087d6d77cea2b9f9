import{runSign}from"./chunk-QIQNFCRN.mjs";import"./chunk-MKNBE5IH.mjs";import"./chunk-XB7WXAPU.mjs";import"./chunk-RD3KVQLF.mjs";export{runSign};
