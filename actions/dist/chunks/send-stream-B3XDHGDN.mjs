import{sendStream}from"./chunk-X3ER6VAV.mjs";import"./chunk-KV553P4B.mjs";export{sendStream};
