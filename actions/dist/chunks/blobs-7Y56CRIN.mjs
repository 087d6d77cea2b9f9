import{fetchBlob,hasBlob,isConnectionLost,openBlob}from"./chunk-JG2FRKDU.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{fetchBlob,hasBlob,isConnectionLost,openBlob};
