import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-7UCRWB5X.mjs";import"./chunk-DKE6MGHQ.mjs";export{parseConfig,parseSettings,parseSettingsFile};
