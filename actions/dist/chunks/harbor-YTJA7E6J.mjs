import{createHarbor}from"./chunk-DDIPMCLY.mjs";import"./chunk-DKE6MGHQ.mjs";export{createHarbor};
