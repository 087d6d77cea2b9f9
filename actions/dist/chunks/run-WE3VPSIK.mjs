import{runSign}from"./chunk-OS4QXMIH.mjs";import"./chunk-6F5KVRWM.mjs";import"./chunk-TOBNFM2S.mjs";export{runSign};
