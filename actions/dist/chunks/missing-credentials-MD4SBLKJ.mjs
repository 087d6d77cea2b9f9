import{missingCredentials}from"./chunk-AMGV7NFR.mjs";import"./chunk-G4AREGAM.mjs";import"./chunk-OXVVH6IK.mjs";import"./chunk-KV553P4B.mjs";export{missingCredentials};
