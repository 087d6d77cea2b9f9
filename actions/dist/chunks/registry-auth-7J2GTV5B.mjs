import{parseRegistryAuth}from"./chunk-ORHC7W5G.mjs";import"./chunk-DKE6MGHQ.mjs";export{parseRegistryAuth};
