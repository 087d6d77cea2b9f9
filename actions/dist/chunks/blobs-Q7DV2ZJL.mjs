import{fetchBlob,hasBlob,isConnectionLost,openBlob}from"./chunk-FW7ICLDT.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{fetchBlob,hasBlob,isConnectionLost,openBlob};
