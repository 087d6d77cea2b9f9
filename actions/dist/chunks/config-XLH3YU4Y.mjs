import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-6PK7BZWI.mjs";import"./chunk-HTEQU5YA.mjs";export{parseConfig,parseSettings,parseSettingsFile};
