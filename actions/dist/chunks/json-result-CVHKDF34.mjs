import{collectResult,withJsonResult}from"./chunk-BYUJWXPJ.mjs";import"./chunk-KV553P4B.mjs";export{collectResult,withJsonResult};
