import{lookAgain}from"./chunk-B2QV2NA6.mjs";import"./chunk-AMTHMIFC.mjs";import"./chunk-HTEQU5YA.mjs";export{lookAgain};
