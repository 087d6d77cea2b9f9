import{storedCredentials}from"./chunk-YYIUBAUW.mjs";import"./chunk-XB7WXAPU.mjs";import"./chunk-QJB3RI4O.mjs";export{storedCredentials};
