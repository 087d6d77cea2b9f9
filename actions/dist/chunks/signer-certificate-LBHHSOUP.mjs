import{readCertificate}from"./chunk-LJKPLIBC.mjs";import"./chunk-NDCCA7JE.mjs";import"./chunk-RI3GZB7N.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-RD3KVQLF.mjs";export{readCertificate};
