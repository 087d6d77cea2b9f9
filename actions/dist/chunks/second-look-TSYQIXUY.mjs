import{lookAgain}from"./chunk-5VINDU5U.mjs";import"./chunk-4WQQRTEQ.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{lookAgain};
