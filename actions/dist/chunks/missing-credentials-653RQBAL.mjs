import{missingCredentials}from"./chunk-CV7I3VNF.mjs";import"./chunk-DPVM7R2U.mjs";import"./chunk-IBRE3UMN.mjs";import"./chunk-XB7WXAPU.mjs";import"./chunk-QJB3RI4O.mjs";export{missingCredentials};
