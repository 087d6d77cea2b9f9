import{fieldManager,openCluster}from"./chunk-O7TRRINA.mjs";import"./chunk-QE3VIDJ4.mjs";import"./chunk-26JQDSEY.mjs";export{fieldManager,openCluster};
