import{runSign}from"./chunk-G4AREGAM.mjs";import"./chunk-OXVVH6IK.mjs";import"./chunk-KV553P4B.mjs";export{runSign};
