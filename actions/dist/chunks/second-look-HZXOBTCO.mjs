import{lookAgain}from"./chunk-DUG6CVPE.mjs";import"./chunk-OAQXB3MD.mjs";import"./chunk-DKE6MGHQ.mjs";export{lookAgain};
