import{lookAgain}from"./chunk-JCXP3YFL.mjs";import"./chunk-SWH573DF.mjs";import"./chunk-KV553P4B.mjs";export{lookAgain};
