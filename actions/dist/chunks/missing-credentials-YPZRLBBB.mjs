import{missingCredentials}from"./chunk-QF74TTAR.mjs";import"./chunk-IDTR4ZQU.mjs";import"./chunk-BS5ZIC7Q.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{missingCredentials};
