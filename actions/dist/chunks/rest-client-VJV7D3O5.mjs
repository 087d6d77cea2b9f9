import{fieldManager,openCluster}from"./chunk-CW2K54B3.mjs";import"./chunk-WEQ6TNFM.mjs";import"./chunk-HTEQU5YA.mjs";export{fieldManager,openCluster};
