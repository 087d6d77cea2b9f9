import{lookAgain}from"./chunk-WN25SGDY.mjs";import"./chunk-KF4HQP2C.mjs";import"./chunk-5SPJH4MC.mjs";export{lookAgain};
