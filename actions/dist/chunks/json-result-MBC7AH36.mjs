import{collectResult,withJsonResult}from"./chunk-F3YQFLYT.mjs";import"./chunk-TOBNFM2S.mjs";export{collectResult,withJsonResult};
