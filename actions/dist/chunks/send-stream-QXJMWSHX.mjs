import{sendStream}from"./chunk-565VZBEJ.mjs";import"./chunk-TOBNFM2S.mjs";export{sendStream};
