import{missingCredentials}from"./chunk-DCE3CLJC.mjs";import"./chunk-OS4QXMIH.mjs";import"./chunk-6F5KVRWM.mjs";import"./chunk-TOBNFM2S.mjs";export{missingCredentials};
