import{lookAgain}from"./chunk-O7C3M7PE.mjs";import"./chunk-2XKMNZ5U.mjs";import"./chunk-RYGUPKLD.mjs";export{lookAgain};
