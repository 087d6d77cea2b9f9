import{lookAgain}from"./chunk-5TDIUIV7.mjs";import"./chunk-BX2JAPIM.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{lookAgain};
